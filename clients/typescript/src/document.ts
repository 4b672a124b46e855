/**
 * The generated code makes its documents with this constructor and passes them
 * on as strings.
 */
export const TypedDocumentString = String as unknown as new (text: string, meta?: unknown) => string;
