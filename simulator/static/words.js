/** The words of the page, in Russian or English: by ?lang=, else by the browser. */

const RUSSIAN = {
    allow: "Разрешить сообщения",
    "attach.doc": "Файл",
    "attach.photo": "Фото или видео",
    "attach.place": "Местоположение",
    "attach.sample": "Готовое голосовое",
    "attach.sticker": "Стикер",
    "attach.voice": "Голосовое из файла",
    blocked: "Сообщество ограничило вам отправку сообщений",
    cancel: "Отмена",
    "client.create": "Добавить",
    "client.first": "Имя",
    "client.last": "Фамилия",
    "client.new": "Новый клиент",
    "client.network": "Сеть",
    copy: "Копировать",
    "day.today": "Сегодня",
    "day.yesterday": "Вчера",
    delete: "Удалить",
    denied: "Вы запретили сообщения от сообщества",
    deny: "Запретить сообщения",
    edit: "Изменить",
    edited: "изменено",
    editing: "Редактирование",
    empty: "Напишите первым — сообщение появится у продавцов",
    forwarded: "Пересланное сообщение",
    "kind.file": "Файл",
    "kind.image": "Фотография",
    "kind.link": "Ссылка",
    "kind.note": "Вложение",
    "kind.place": "Местоположение",
    "kind.sticker": "Стикер",
    "kind.video": "Видео",
    "kind.voice": "Голосовое сообщение",
    menu: "Действия",
    message: "Сообщение",
    "mic.denied": "Микрофон недоступен",
    network: "сообщество",
    newest: "К новым сообщениям",
    nobody: "Здесь пока никого нет",
    "note.audio": "Аудиозапись",
    "note.call": "Звонок",
    "note.gift": "Подарок",
    "note.market": "Товар",
    "note.poll": "Опрос",
    "note.story": "История",
    "note.wall": "Запись со стены",
    offline: "Нет связи с симулятором…",
    opened: "Открывается приложение",
    recording: "Запись…",
    reply: "Ответить",
    send: "Отправить",
    start: "Начать",
    "state.read": "прочитано",
    "state.sent": "отправлено",
    title: "Телефоны клиентов",
    typing: "печатает",
    "typing.audiomessage": "записывает голосовое",
    "typing.file": "отправляет файл",
    "typing.photo": "отправляет фото",
    "typing.video": "отправляет видео",
    "video.none": "VK не отдаёт файл видео сообществам",
    voice: "Записать голосовое",
};

const ENGLISH = {
    allow: "Allow messages",
    "attach.doc": "File",
    "attach.photo": "Photo or video",
    "attach.place": "Location",
    "attach.sample": "Sample voice message",
    "attach.sticker": "Sticker",
    "attach.voice": "Voice message from a file",
    blocked: "The community does not let you write",
    cancel: "Cancel",
    "client.create": "Add",
    "client.first": "First name",
    "client.last": "Last name",
    "client.new": "New client",
    "client.network": "Network",
    copy: "Copy",
    "day.today": "Today",
    "day.yesterday": "Yesterday",
    delete: "Delete",
    denied: "You have forbidden messages from the community",
    deny: "Forbid messages",
    edit: "Edit",
    edited: "edited",
    editing: "Editing",
    empty: "Write first: the message appears in front of the sales staff",
    forwarded: "Forwarded message",
    "kind.file": "File",
    "kind.image": "Photo",
    "kind.link": "Link",
    "kind.note": "Attachment",
    "kind.place": "Location",
    "kind.sticker": "Sticker",
    "kind.video": "Video",
    "kind.voice": "Voice message",
    menu: "Actions",
    message: "Message",
    "mic.denied": "No microphone",
    network: "community",
    newest: "Newest messages",
    nobody: "Nobody is here yet",
    "note.audio": "Audio",
    "note.call": "Call",
    "note.gift": "Gift",
    "note.market": "Product",
    "note.poll": "Poll",
    "note.story": "Story",
    "note.wall": "Wall post",
    offline: "The simulator does not answer…",
    opened: "An app opens",
    recording: "Recording…",
    reply: "Reply",
    send: "Send",
    start: "Start",
    "state.read": "read",
    "state.sent": "sent",
    title: "Customers' phones",
    typing: "typing",
    "typing.audiomessage": "recording",
    "typing.file": "sending a file",
    "typing.photo": "sending a photo",
    "typing.video": "sending a video",
    "video.none": "VK gives communities no video files",
    voice: "Record a voice message",
};

const asked = new URLSearchParams(location.search).get("lang") || navigator.language || "en";

export const lang = asked.toLowerCase().startsWith("ru") ? "ru" : "en";

const words = lang === "ru" ? RUSSIAN : ENGLISH;

/** The words for something in the page's language. */
export const say = (key) => words[key] ?? key;

const clock = new Intl.DateTimeFormat(lang, { hour: "2-digit", minute: "2-digit" });
const date = new Intl.DateTimeFormat(lang, { day: "numeric", month: "long" });

export const timeOf = (seconds) => clock.format(new Date(seconds * 1000));

/** Today, yesterday, or the date. */
export function dayOf(seconds) {
    const day = new Date(seconds * 1000);
    const daysAgo = (days) => new Date(Date.now() - days * 864e5).toDateString();
    if (day.toDateString() === daysAgo(0)) {
        return say("day.today");
    }
    return day.toDateString() === daysAgo(1) ? say("day.yesterday") : date.format(day);
}

/** 12 KB and the like. */
export function sizeOf(bytes) {
    const units = lang === "ru" ? ["Б", "КБ", "МБ"] : ["B", "KB", "MB"];
    const step = bytes < 1024 ? 0 : bytes < 1024 * 1024 ? 1 : 2;
    const value = bytes / 1024 ** step;
    const digits = step && value < 10 ? 1 : 0;
    return `${value.toLocaleString(lang, { maximumFractionDigits: digits })} ${units[step]}`;
}

const FIRST_NAMES = ["Ольга", "Иван", "Елена", "Сергей", "Наталья", "Павел", "Ирина", "Алексей"];
const LAST_NAMES = ["Мельник", "Гончар", "Шевченко", "Бондарь", "Коваль", "Романенко"];

/** Somebody who could write next. */
export function somebody() {
    const any = (names) => names[Math.floor(Math.random() * names.length)];
    return { first: any(FIRST_NAMES), last: any(LAST_NAMES) };
}
