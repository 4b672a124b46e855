import type { CodegenConfig } from '@graphql-codegen/cli';

const config: CodegenConfig = {
  schema: '../../schema.graphql',
  documents: ['../../docs/contract/operations.graphql'],
  generates: {
    './src/generated.ts': {
      plugins: [
        { add: { content: "import { TypedDocumentString } from './document.js';" } },
        'typescript-operations',
        'typescript-generic-sdk',
      ],
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
