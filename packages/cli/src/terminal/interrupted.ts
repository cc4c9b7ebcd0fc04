/** The user ended the program at a question, by ^C: that answers it neither with yes nor with no. */
export class Interrupted extends Error {
  override readonly name = "Interrupted";
}
