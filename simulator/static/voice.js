/** Voice messages: playing them, and recording new ones. */

import { duration, h, icon, local } from "./dom.js";

const BARS = 32;

/** A player with the waveform as its progress. */
export function player(part) {
    const audio = new Audio();
    audio.preload = "none";
    audio.src = local(part.url);
    const bars = heights(part.waveform).map((height) => {
        const bar = h("i");
        bar.style.height = `${height}%`;
        return bar;
    });
    const time = h("span", { class: "voice-time" }, duration(part.duration));
    const button = h("button", { type: "button", class: "voice-button" }, icon("play"));
    const show = () => {
        const length = Number.isFinite(audio.duration) ? audio.duration : part.duration;
        const played = length ? audio.currentTime / length : 0;
        bars.forEach((bar, index) => bar.classList.toggle("played", index / BARS < played));
        time.textContent = duration(audio.currentTime || part.duration);
        button.replaceChildren(icon(audio.paused ? "play" : "pause"));
    };
    for (const kind of ["play", "pause", "timeupdate", "ended"]) {
        audio.addEventListener(kind, show);
    }
    audio.addEventListener("ended", () => (audio.currentTime = 0));
    button.addEventListener("click", () => (audio.paused ? audio.play() : audio.pause()));
    return h("div", { class: "voice" }, button, h("div", { class: "wave" }, bars), time);
}

function heights(waveform) {
    const points = waveform?.length ? waveform : [8];
    const highest = Math.max(1, ...points);
    return Array.from({ length: BARS }, (_, index) => {
        const point = points[Math.floor((index * points.length) / BARS)];
        return 15 + (85 * point) / highest;
    });
}

/** A recording that has begun: `stop()` gives the file, `cancel()` nothing. */
export async function record() {
    const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    const kinds = ["audio/ogg;codecs=opus", "audio/webm;codecs=opus"];
    const mimeType = kinds.find((kind) => MediaRecorder.isTypeSupported(kind));
    const recorder = new MediaRecorder(stream, { mimeType, audioBitsPerSecond: 16000 });
    const pieces = [];
    recorder.ondataavailable = ({ data }) => pieces.push(data);
    recorder.start();
    const end = () =>
        new Promise((resolve) => {
            recorder.onstop = () => {
                stream.getTracks().forEach((track) => track.stop());
                resolve(new File(pieces, "voice", { type: mimeType }));
            };
            recorder.stop();
        });
    return { stop: end, cancel: end };
}
