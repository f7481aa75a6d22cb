/** Odoo's own rules for JavaScript, and a few that keep the code of one mind. */

import js from "@eslint/js";
import globals from "globals";

const odooWords = [
    ["PrivateIdentifier", "Odoo patches classes, and cannot patch what is private."],
    [
        "ClassDeclaration[superClass.name='Component']:not(:has(ClassBody.body > PropertyDefinition[key.name='props'][static='true']))",
        "A component declares its static props.",
    ],
    [
        "ClassDeclaration[superClass.name='Component']:not(:has(ClassBody.body > PropertyDefinition[key.name='template'][static='true']))",
        "A component declares its static template.",
    ],
    [
        "CallExpression[callee.name='_t'] > :first-child[value=/(.*%s){2,}/]",
        "Several placeholders in a text to translate need names.",
    ],
    [
        "CallExpression[callee.object.name='notificationService'][callee.property.name='add'] > Literal:first-child",
        "A notification is translated.",
    ],
];

export default [
    js.configs.recommended,
    {
        files: ["**/*.{js,mjs}"],
        languageOptions: {
            ecmaVersion: 2022,
            sourceType: "module",
            globals: { ...globals.browser, luxon: "readonly", odoo: "readonly" },
        },
        linterOptions: { reportUnusedDisableDirectives: "error" },
        rules: {
            "arrow-body-style": ["error", "as-needed"],
            curly: ["error", "all"],
            eqeqeq: ["error", "always", { null: "ignore" }],
            "no-console": ["error", { allow: ["warn", "error"] }],
            "no-duplicate-imports": "error",
            "no-restricted-globals": ["error", "event", "self"],
            "no-restricted-syntax": [
                "error",
                ...odooWords.map(([selector, message]) => ({ selector, message })),
            ],
            "no-unused-vars": ["error", { args: "none", caughtErrors: "all" }],
            "no-var": "error",
            "object-shorthand": "error",
            "prefer-const": ["error", { destructuring: "all", ignoreReadBeforeAssign: true }],
        },
    },
];
