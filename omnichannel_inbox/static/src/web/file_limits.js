import { _t } from "@web/core/l10n/translation";

const KINDS = { image: "image", audio: "audio", video: "video" };

/** What a file is to a network, as the server sees it. */
export function fileKind(file, options) {
    if (options?.voice) {
        return "voice";
    }
    const type = file.type || "";
    return (!type.startsWith("image/svg") && KINDS[type.split("/")[0]]) || "file";
}

/**
 * Why this thread's network does not carry the file; empty when it does.
 *
 * @param {import("models").Thread} [thread]
 * @param {File} file
 * @param {{ voice?: boolean }} [options]
 */
export function refuseFile(thread, file, options) {
    const channel = thread?.isOmnichannel && thread.omnichannel_channel_id;
    if (!channel?.capabilities) {
        return "";
    }
    const { files, max_file_bytes: limits } = channel.capabilities;
    const kind = fileKind(file, options);
    if (!files.includes(kind) && !files.includes("file")) {
        return _t("%(network)s does not carry such files: %(file)s", {
            network: channel.network_label,
            file: file.name,
        });
    }
    if (limits[kind] && file.size > limits[kind]) {
        return _t("%(file)s is too large for %(network)s: at most %(limit)s MB", {
            file: file.name,
            network: channel.network_label,
            limit: Math.floor(limits[kind] / 2 ** 20),
        });
    }
    return "";
}
