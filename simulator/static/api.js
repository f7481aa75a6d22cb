/** What the page asks of the simulator. */

const SOMETHING_WRONG = 1000; // ms before asking again

async function answerOf(response) {
    const answer = await response.json();
    if (!response.ok) {
        throw new Error(answer.error);
    }
    return answer;
}

async function post(path, data) {
    const body = data instanceof FormData ? data : JSON.stringify(data);
    return answerOf(await fetch(path, { method: "POST", body }));
}

/** Let a client do something in a chat; files go along as they are. */
export function act(chat, action, data = {}, files = []) {
    const path = `/control/${chat.network}/clients/${encodeURIComponent(chat.client)}/${action}`;
    const values = { account: chat.account, ...data };
    if (!files.length) {
        return post(path, values);
    }
    const form = new FormData();
    form.append("json", JSON.stringify(values));
    for (const file of files) {
        form.append("file", file, file.name);
    }
    return post(path, form);
}

export const createClient = (network, data) => post(`/control/${network}/clients`, data);

/** Tell about everything that changes, for ever; `onLink` hears whether there is a connection. */
export function watch(onNews, onLink) {
    let known = { life: "", version: 0 };
    let busy = false;
    let again = false;
    const ask = async () => {
        if (busy) {
            again = true;
            return;
        }
        busy = true;
        again = false;
        try {
            const query = `life=${known.life}&since=${known.version}`;
            const news = await answerOf(await fetch(`/phone/state?${query}`));
            known = { life: news.life, version: news.version };
            onLink(true);
            onNews(news);
        } catch {
            onLink(false);
            setTimeout(ask, SOMETHING_WRONG);
        }
        busy = false;
        if (again) {
            ask();
        }
    };
    const stream = new EventSource("/phone/news");
    stream.onmessage = ask;
    stream.onerror = () => onLink(false);
}
