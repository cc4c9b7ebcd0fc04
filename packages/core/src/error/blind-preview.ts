/** What the warning of a preview that went without its cluster says, by which others know it. */
export const blindPreview = "This preview goes by the program and the state alone";
