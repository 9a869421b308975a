export declare const hydratePostgres: (nativeDirectory: string) => void
