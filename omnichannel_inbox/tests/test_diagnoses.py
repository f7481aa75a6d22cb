from odoo.tests import tagged

from ..protocols import Check
from ..protocols.parts import max_account
from .common import InboxCase

#: The seven errors of connecting MAX, word for word as the help of its resellers has them, but for
#: the names of their products.
SEVEN = """
Токен не найден: токен не был выдан платформой MAX либо не скопирован пользователем из интерфейса MAX.
Пройти создание чат-бота и дождаться его модерации; после одобрения платформа выдаёт токен и его необходимо скопировать заново.
Токен невалидный: токен некорректно скопирован (неполный, с лишними символами) либо просрочен/отозван.
Скопировать токен из интерфейса MAX и повторить вставку в поле «Токен MAX»; при необходимости сгенерировать новый токен на стороне MAX.
Бот находится на модерации: чат-бот ещё не прошёл проверку платформой MAX; модерация может занимать до 48 часов по рабочим дням.
Дождаться статуса «Готов к публикации»; после одобрения токен становится доступен.
Нет доступа юридического лица: не создан или не верифицирован профиль партнёра (юрлица) в MAX, либо компания не имеет прав на создание чат-бота.
Зарегистрировать и верифицировать профиль партнёра (юрлица) на платформе MAX; при отсутствии прав — назначить представителя с правом первой/единственной подписи.
Подключение не проходит / токен не авторизован: токен вставлен, но не прошёл проверку; возможны проблемы с доступом, модерацией, статусом бота или корректностью токена (MAX 400).
Проверить статус бота в MAX, убедиться в наличии выданного токена, повторно вставить токен в поле «Токен MAX» и нажать «Сохранить»; успешная авторизация отображается в карточке канала.
Невозможно принять обращения: после авторизации токена не выбран оператор/группа/чат-бот для обработки обращений.
В блоке «Кто будет принимать обращения» выбрать соответствующий вариант и сохранить настройки.
Автоответы не отображаются: автоответы не настроены либо включён режим чат-бота в нерабочее время (одновременное использование запрещено).
Выбрать один из вариантов: чат-бот или автоответы; при необходимости добавить автоответы и задать тайминги.
"""  # noqa: E501, RUF001 - a sentence a line, as it is looked up


@tagged("-at_install", "post_install")
class TestDiagnoses(InboxCase):
    """What goes wrong is called as it is called where people look it up."""

    def shown(self, check):
        """Return cause and cure as a Russian administrator reads them."""
        rows = self.env["omnichannel.channel.check"].with_context(lang="ru_RU")
        values = rows._prepare_values(check)
        return [values["cause"], values["cure"]]

    def test_the_seven_errors_of_max(self):
        channel = self.new_channel("MAX", network="max", confirmation_code=False)
        channel.resource_calendar_id = self.env.ref("resource.resource_calendar_std")
        known = [
            (max_account.NOT_FOUND, max_account.NO_TOKEN),
            (max_account.INVALID, max_account.INVALID_CURE),
            (max_account.MODERATED, max_account.MODERATED_CURE),
            (max_account.NO_LEGAL_ENTITY, max_account.NO_LEGAL_ENTITY_CURE),
            (max_account.FAILS, max_account.FAILS_CURE),
        ]
        checks = [Check("x", "error", *words, values={"error": "MAX 400"}) for words in known]
        ours = (channel._check_operators(), channel._check_auto_answers())
        checks += [channel._in_words_of_network(check) for check in ours]
        shown = [line for check in checks for line in self.shown(check)]
        self.assertEqual(shown, SEVEN.strip().splitlines())
