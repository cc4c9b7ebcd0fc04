import { join, relative } from "node:path";
import ts from "typescript";
import { expect, test } from "vitest";

const repository = join(import.meta.dirname, "../../..");
const program = ts.createProgram([join(import.meta.dirname, "index.ts")], {
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  target: ts.ScriptTarget.ES2023,
  allowImportingTsExtensions: true,
  noEmit: true,
  strict: true,
  skipLibCheck: true,
  types: [],
});
const checker = program.getTypeChecker();
const index = program.getSourceFile(join(import.meta.dirname, "index.ts")) as ts.SourceFile;
const exported = checker
  .getExportsOfModule(checker.getSymbolAtLocation(index) as ts.Symbol)
  .map(original);

function original(symbol: ts.Symbol): ts.Symbol {
  const isAlias = (symbol.flags & ts.SymbolFlags.Alias) !== 0;
  return isAlias ? checker.getAliasedSymbol(symbol) : symbol;
}

/** Names of our types that a declaration mentions where others see it, and that nobody can import. */
function hiddenMentions(symbol: ts.Symbol, seen = new Set([symbol])): readonly string[] {
  const hidden: string[] = [];
  const visit = (node: ts.Node): void => {
    if (!isSeen(node)) return;
    const name = nameIn(node);
    const mentioned = name && checker.getSymbolAtLocation(name);
    if (mentioned !== undefined) judge(original(mentioned));
    ts.forEachChild(node, visit);
  };
  const judge = (mentioned: ts.Symbol): void => {
    if (seen.has(mentioned) || exported.includes(mentioned) || !isOurs(mentioned)) return;
    seen.add(mentioned);
    // What its own module keeps to itself is a short way to write it.
    if (isLocal(mentioned)) hidden.push(...hiddenMentions(mentioned, seen));
    else hidden.push(mentioned.name);
  };
  for (const declaration of symbol.declarations ?? []) visit(declaration);
  return hidden;
}

/** Not a body, what is private, or the class that a resource is made of. */
function isSeen(node: ts.Node): boolean {
  if (ts.isBlock(node) || ts.isHeritageClause(node)) {
    return ts.isHeritageClause(node) && ts.isInterfaceDeclaration(node.parent);
  }
  const modifiers = ts.canHaveModifiers(node) ? ts.getModifiers(node) : undefined;
  return !modifiers?.some(({ kind }) => kind === ts.SyntaxKind.PrivateKeyword);
}

function nameIn(node: ts.Node): ts.Node | undefined {
  if (ts.isTypeReferenceNode(node)) return node.typeName;
  return ts.isExpressionWithTypeArguments(node) ? node.expression : undefined;
}

function isOurs({ declarations = [], flags }: ts.Symbol): boolean {
  if ((flags & ts.SymbolFlags.TypeParameter) !== 0) return false;
  return declarations.some((each) => {
    const path = relative(repository, each.getSourceFile().fileName);
    return path.startsWith("packages/") && !path.includes("node_modules");
  });
}

function isLocal({ declarations = [] }: ts.Symbol): boolean {
  return declarations.every(
    (each) =>
      (ts.getCombinedModifierFlags(each) & ts.ModifierFlags.Export) === 0 &&
      !each.getSourceFile().isDeclarationFile,
  );
}

test("everything that public types mention is exported", () => {
  const hidden = exported.flatMap((symbol) =>
    hiddenMentions(symbol).map((name) => `${symbol.name} mentions ${name}`),
  );
  expect([...new Set(hidden)].sort()).toEqual([]);
});

test("every public input and output is documented", () => {
  const fields = exported.flatMap((symbol) => fieldsOf(symbol));
  expect(fields.length).toBeGreaterThan(100);
  const bare = fields.filter(({ field }) => field.getDocumentationComment(checker).length === 0);
  expect(bare.map(({ name }) => name)).toEqual([]);
});

/** The fields of a public type, those of each member of a union by themselves. */
function fieldsOf(symbol: ts.Symbol): readonly { name: string; field: ts.Symbol }[] {
  const type = checker.getDeclaredTypeOfSymbol(symbol);
  const types = type.isUnion() ? type.types : [type];
  return types.flatMap((each) =>
    checker
      .getPropertiesOfType(each)
      .filter((field) => isOurs(field))
      .map((field) => ({ name: `${symbol.name}.${field.name}`, field })),
  );
}
