import { registry } from "@web/core/registry";

import { patient } from "./patience";

const ANSWER = ".modal .o_form_view";
const TEXT = `${ANSWER} .o_field_widget[name='text']`;
const TOO_LONG = "x".repeat(251);

const field = (name, inner = "") => `.o_field_widget[name='${name}'] ${inner}`.trim();
const option = (name, label) => field(name, `.o_radio_item:contains(${label}) input`);
const tab = (label) => ({ trigger: `.o_notebook .nav-link:contains(${label})`, run: "click" });

/** Choose the record of a many2one, as it is found by its name. */
const choose = (name, label) => [
    { trigger: field(name, "input"), run: `edit ${label}` },
    { trigger: `.o-autocomplete--dropdown-item:contains(${label})`, run: "click" },
];

const save = [{ trigger: ".o_form_button_save", run: "click" }, { trigger: ".o_form_saved" }];

const whoAnswers = [
    { trigger: field("name", "textarea, input"), run: "edit Shop window" },
    { trigger: option("network", "VK"), run: "click" },
    ...choose("operator_ids", "Anna"),
    tab("Who answers"),
    {
        content: "What does not apply is not asked for",
        trigger: `.o_form_view:not(:has(${field("operator_capacity")}:visible))`,
    },
    { trigger: option("distribution", "In turn"), run: "click" },
    { trigger: field("operator_capacity", "input"), run: "edit 3" },
    { trigger: field("pass_on_minutes", "input"), run: "edit 10" },
    ...choose("resource_calendar_id", "Standard 40 hours"),
    { content: "The rules are told in words", trigger: `${field("rules_words")}:contains(turn)` },
];

const automaticAnswer = [
    tab("Automatic answers"),
    { trigger: `${field("auto_answer_ids")} .o_field_x2many_list_row_add a`, run: "click" },
    { trigger: `${TEXT} textarea`, run: `edit ${TOO_LONG}` },
    {
        content: "It is said before it is saved that the text is too long",
        trigger: `${TEXT} .o-omnichannel-CountedTextField-count.text-danger:contains(251 / 250)`,
    },
    { trigger: `${TEXT} textarea`, run: "edit We open at nine" },
    {
        trigger: `${TEXT} .o-omnichannel-CountedTextField-count.text-muted:contains(15 / 250)`,
    },
    { trigger: option("during", "Outside working time"), run: "click" },
    { trigger: ".modal .o_form_button_save", run: "click" },
    { trigger: "body:not(:has(.modal)) .o_data_row:contains(We open at nine)" },
];

const botBesideAnswers = [
    { trigger: option("outside_hours", "bot"), run: "click" },
    ...choose("outside_bot_id", "Night watch"),
    { trigger: ".o_form_button_save", run: "click" },
    {
        content: "Both would talk across each other",
        trigger: ".modal:contains(never both):contains(We open at nine)",
    },
    { trigger: ".modal .btn-primary, .modal .btn-close", run: "click" },
    { trigger: `body:not(:has(.modal)) ${option("outside_hours", "Automatic")}`, run: "click" },
];

const ending = [
    tab("End and rating"),
    { trigger: field("silence_after", "input"), run: "edit 24" },
    { trigger: `${field("closing_text")} textarea`, run: "edit Come again" },
    {
        trigger: `${field("closing_text")} .o-omnichannel-CountedTextField-count:contains(10 / 250)`,
    },
    { trigger: field("asks_rating", "input"), run: "click" },
    { trigger: `${field("rating_question")} textarea`, run: "edit Were we kind?" },
];

registry.category("web_tour.tours").add("omnichannel_channel_settings", {
    steps: () =>
        patient([...whoAnswers, ...automaticAnswer, ...botBesideAnswers, ...ending, ...save]),
});
