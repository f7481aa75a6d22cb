"""What every method of VK checks first, and what the small ones answer."""

import json

from .common import ANNA, DMITRY, GROUP, TOKEN, SimulatorCase


class TestAdmission(SimulatorCase):
    def test_version_is_mandatory(self):
        self.assertEqual(self.code("groups.getById", v=""), 8)
        self.assertEqual(self.code("groups.getById", v="5.80"), 8)
        self.assertEqual(self.code("groups.getById", v="new"), 8)

    def test_json_body_is_not_read(self):
        answer = self.client.post("/method/groups.getById", json={"v": "5.199"})
        self.assertEqual(answer.status_code, 200)
        self.assertEqual(answer.json["error"]["error_code"], 8)

    def test_query_is_not_read(self):
        answer = self.client.post(f"/method/groups.getById?v=5.199&access_token={TOKEN}")
        self.assertEqual(answer.json["error"]["error_code"], 8)

    def test_get_is_not_allowed(self):
        self.assertEqual(self.client.get("/method/groups.getById").status_code, 405)

    def test_unknown_method_even_by_case(self):
        self.assertEqual(self.code("groups.getbyid"), 3)
        self.assertEqual(self.code("execute", code="return 1;"), 3)

    def test_token_from_field_or_header(self):
        self.assertEqual(self.code("groups.getById", token=""), 5)
        self.assertEqual(self.code("groups.getById", token="wrong"), 5)
        self.assertIn("response", self.call("groups.getById", token="", access_token=TOKEN))

    def test_multipart_is_taken(self):
        answer = self.client.post(
            "/method/groups.getById",
            data={"v": "5.199", "access_token": TOKEN},
            content_type="multipart/form-data",
        )
        self.assertIn("response", answer.json)

    def test_missing_right(self):
        self.owner("token", token="poor-SECRET", rights=["photos"])
        self.assertEqual(
            self.code("messages.send", token="poor-SECRET", peer_id=ANNA, random_id=1), 7
        )
        self.assertEqual(
            self.code("groups.getCallbackServers", token="poor-SECRET", group_id=GROUP), 15
        )
        self.assertEqual(self.api("groups.getTokenPermissions", token="poor-SECRET")["mask"], 4)

    def test_method_of_users(self):
        self.assertEqual(self.code("video.save", name="clip"), 27)

    def test_revoked_token(self):
        self.owner("revoke", token=TOKEN)
        self.assertEqual(self.code("groups.getById"), 5)

    def test_twenty_a_second(self):
        codes = [self.call("groups.getById").get("error", {}).get("error_code") for _n in range(21)]
        self.assertEqual(codes, [None] * 20 + [6])
        self.client.post("/control/faults", json={"rate_limit": False})
        self.assertIn("response", self.call("groups.getById"))

    def test_error_repeats_the_request(self):
        error = self.call("users.get", user_ids="")["error"]
        self.assertIn({"key": "method", "value": "users.get"}, error["request_params"])

    def test_journal_has_no_token(self):
        self.call("groups.getById", access_token=TOKEN)
        self.assertNotIn(TOKEN, json.dumps(self.look("calls")["calls"][-1]["parameters"]))


class TestCommunity(SimulatorCase):
    def test_object_now_list_before(self):
        self.assertEqual(self.api("groups.getById")["groups"][0]["id"], GROUP)
        self.assertEqual(self.api("groups.getById", v="5.92")[0]["name"], "Магазин у дома")

    def test_unknown_group(self):
        self.assertEqual(self.code("groups.getById", group_ids="12"), 100)

    def test_foreign_group(self):
        self.assertEqual(self.code("groups.getCallbackServers", group_id=5), 15)
        self.assertEqual(self.code("groups.getCallbackServers"), 100)


class TestPeople(SimulatorCase):
    def test_only_fields_that_were_asked_for(self):
        (bare,) = self.api("users.get", user_ids=ANNA)
        self.assertNotIn("photo_200", bare)
        (full,) = self.api("users.get", user_ids=ANNA, fields="photo_200,screen_name")
        self.assertTrue(full["photo_200"].startswith("http://127.0.0.1/media/"))
        self.assertEqual(full["screen_name"], f"id{ANNA}")

    def test_unknown_and_communities_are_left_out(self):
        people = self.api("users.get", user_ids=f"{ANNA},1,-{GROUP},{DMITRY}")
        self.assertEqual([person["id"] for person in people], [ANNA, DMITRY])

    def test_deactivated(self):
        self.act("become", deactivated="banned")
        (person,) = self.api("users.get", user_ids=ANNA, fields="photo_200")
        self.assertEqual(person["deactivated"], "banned")
        self.assertNotIn("photo_200", person)

    def test_too_many(self):
        self.assertEqual(self.code("users.get", user_ids=",".join("1" * 1001)), 100)

    def test_picture_needs_its_signature(self):
        (person,) = self.api("users.get", user_ids=ANNA, fields="photo_200")
        answer = self.client.get(person["photo_200"])
        self.assertEqual((answer.status_code, answer.mimetype), (200, "image/png"))
        self.assertEqual(self.client.get(person["photo_200"].split("?")[0]).status_code, 403)
