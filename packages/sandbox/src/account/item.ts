/** An item, in the words of neither output: `op` prints snake_case, Connect camelCase. */
export interface Item extends ItemContent {
  readonly id: string;
  readonly vaultId: string;
  version: number;
  state?: "ARCHIVED";
  readonly createdAt: string;
  updatedAt: string;
  lastEditedBy: string;
}

/** What a person types in. */
export interface ItemContent {
  title: string;
  category: string;
  favorite: boolean;
  tags: string[];
  urls: ItemUrl[];
  sections: ItemSection[];
  fields: ItemField[];
  files: ItemFile[];
}

export interface ItemUrl {
  readonly href: string;
  readonly label?: string;
  readonly primary?: boolean;
}

export interface ItemSection {
  readonly id: string;
  readonly label?: string;
}

export interface ItemField {
  readonly id: string;
  /** As `op` prints it: `STRING`, `CONCEALED`, `OTP`, `URL`, … */
  readonly type: string;
  readonly purpose?: string;
  readonly label: string;
  readonly value?: string;
  readonly sectionId?: string;
}

export interface ItemFile {
  readonly id: string;
  readonly name: string;
  readonly sizeBytes: number;
  readonly sectionId?: string;
  readonly contentBase64: string;
}

/** Values that must never leave 1Password unasked: concealed fields, one-time secrets, files. */
export function secretsOfItem({ fields, files }: Pick<ItemContent, "fields" | "files">): string[] {
  const concealed = fields
    .filter(({ type }) => type === "CONCEALED" || type === "OTP")
    .flatMap(({ value }) => (value ? [value] : []));
  const contents = files.flatMap(({ contentBase64 }) => [
    contentBase64,
    Buffer.from(contentBase64, "base64").toString("utf8"),
  ]);
  return [...concealed, ...contents];
}
