import type { CodegenConfig } from '@graphql-codegen/cli';

// The contract's operations are those of the dashboard too where they suffice;
// what it asks besides stands in src/operations. Every document is also written
// to a manifest, hash to text, which the server trusts.
const config: CodegenConfig = {
  schema: '../../../schema.graphql',
  documents: ['../../../docs/contract/operations.graphql', 'src/operations/*.graphql'],
  generates: {
    './src/generated/': {
      preset: 'client',
      presetConfig: {
        fragmentMasking: false,
        persistedDocuments: { hashAlgorithm: 'sha256' },
      },
      config: {
        documentMode: 'string',
        // A field that is null by an error alone: both clients throw on errors.
        nullability: { errorHandlingClient: true },
        enumsAsTypes: true,
        useTypeImports: true,
        scalars: { Date: 'string', DateTime: 'string', Decimal: 'string', ID: 'string' },
        defaultScalarType: 'unknown',
      },
    },
  },
};

export default config;
