/** How it goes on after a strike. */
export type Sequel =
  /** The same is run again. */
  | "again"
  /** It is run again, and struck again in the same place; then it is run once more. */
  | "struck again"
  /** The change is given up: what is run is what was there before. */
  | "taken back"
  /** The struck run was another machine's, which says no more; here it is run again. */
  | "elsewhere";
