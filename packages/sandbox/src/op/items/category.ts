import type { ItemField } from "../../account/item.ts";
import { OpFailure } from "../op-failure.ts";

/**
 * The category that `--category` names, in any of its spellings: `login`, `Secure Note`, `API_CREDENTIAL`.
 * @throws OpFailure for an unknown one. [?] for its words
 */
export function parseCategory(text: string): string {
  const category = text.trim().toUpperCase().replaceAll(/[ -]/g, "_");
  if (!categories.includes(category)) throw new OpFailure(`"${text}" isn't an item category.`);
  return category;
}

/** Fields that a new item of the category has before a person types. */
export function templateFields(category: string): readonly ItemField[] {
  const fields = [...(fieldsOfCategory[category] ?? []), notes];
  return fields.map((field) => ({ ...field }));
}

const notes: ItemField = {
  id: "notesPlain",
  type: "STRING",
  purpose: "NOTES",
  label: "notesPlain",
};
const username: ItemField = { id: "username", type: "STRING", label: "username" };
const password: ItemField = { id: "password", type: "CONCEALED", label: "password" };
const hostname: ItemField = { id: "hostname", type: "STRING", label: "hostname" };

/** The categories that hold machine secrets; all others start with notes only. */
const fieldsOfCategory: Readonly<Record<string, readonly ItemField[]>> = {
  LOGIN: [
    { ...username, purpose: "USERNAME" },
    { ...password, purpose: "PASSWORD" },
  ],
  PASSWORD: [{ ...password, purpose: "PASSWORD" }],
  API_CREDENTIAL: [
    username,
    { id: "credential", type: "CONCEALED", label: "credential" },
    hostname,
  ],
  DATABASE: [
    { id: "database_type", type: "MENU", label: "type" },
    { ...hostname, label: "server" },
    { id: "port", type: "STRING", label: "port" },
    { id: "database", type: "STRING", label: "database" },
    username,
    password,
  ],
  SERVER: [{ id: "url", type: "STRING", label: "URL" }, username, password],
};

const categories: readonly string[] = [
  "API_CREDENTIAL",
  "BANK_ACCOUNT",
  "CREDIT_CARD",
  "DATABASE",
  "DOCUMENT",
  "DRIVER_LICENSE",
  "EMAIL_ACCOUNT",
  "IDENTITY",
  "LOGIN",
  "MEDICAL_RECORD",
  "MEMBERSHIP",
  "OUTDOOR_LICENSE",
  "PASSPORT",
  "PASSWORD",
  "REWARD_PROGRAM",
  "SECURE_NOTE",
  "SERVER",
  "SOCIAL_SECURITY_NUMBER",
  "SOFTWARE_LICENSE",
  "SSH_KEY",
  "WIRELESS_ROUTER",
];
