import { Gitlab } from "@gitbeaker/rest";
import { unlessGone } from "./comment-failure.ts";
import type { Conversation } from "./own-comment.ts";

/** Where and as whom to speak to GitLab. */
export interface GitLabAccess {
  /** Never logged, nor part of an argument list. */
  readonly token: string;
  /** Address of the instance, e.g. `"https://gitlab.com"`. */
  readonly host: string;
  /** Id of the project, or its path. */
  readonly project: string;
}

/** The notes of a merge request. */
export function mergeRequestNotes(access: GitLabAccess, number: number): Conversation {
  const { token, host, project } = access;
  const gitlab = new Gitlab({ token, host, queryTimeout: 60_000 });
  return {
    author: async () => (await gitlab.Users.showCurrentUser()).username,
    async *list() {
      for (let page = 1; ; page += 1) {
        const notes = await gitlab.MergeRequestNotes.all(project, number, {
          page,
          perPage: 100,
          maxPages: 1,
          sort: "asc",
          orderBy: "created_at",
        });
        for (const { id, author, body } of notes) {
          yield { id, author: String(author.username), body };
        }
        if (notes.length < 100) return;
      }
    },
    async create(body) {
      return (await gitlab.MergeRequestNotes.create(project, number, body)).id;
    },
    async update(id, body) {
      await gitlab.MergeRequestNotes.edit(project, number, id, { body });
    },
    async delete(id) {
      await unlessGone(gitlab.MergeRequestNotes.remove(project, number, id));
    },
  };
}
