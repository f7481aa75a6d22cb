import unittest

from bench.races import Race, Try


class TestRace(unittest.TestCase):
    def race(self, **refusals):
        return Race([Try(name, 10, refusal) for name, refusal in refusals.items()])

    def test_one_wins_and_the_others_are_told(self):
        refusal = "action_take: Anna has already taken this conversation."
        race = self.race(Anna="", Boris=refusal, Clara=refusal)
        self.assertEqual((race.winners, race.told, race.other_errors), (["Anna"], 2, 0))

    def test_the_name_of_somebody_else_is_no_answer(self):
        race = self.race(Anna="", Boris="Clara has already taken this conversation.", Clara="no")
        self.assertEqual((race.told, race.other_errors), (0, 2))

    def test_two_winners_are_two(self):
        self.assertEqual(self.race(Anna="", Boris="").winners, ["Anna", "Boris"])

    def test_without_a_winner_nobody_is_told(self):
        race = self.race(Anna="500", Boris="500")
        self.assertEqual((race.winners, race.told, race.other_errors), ([], 0, 2))


if __name__ == "__main__":
    unittest.main()
