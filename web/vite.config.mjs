/**
 * Builds the pages of the web into `web/dist`: two entries, hashed assets, nothing inline (the gate's content security
 * policy allows neither inline script nor a style from elsewhere), and budgets that fail the build.
 */
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'
import { keepBudgets } from './budgets.mjs'

const here = dirname(fileURLToPath(import.meta.url))

export default defineConfig({
  root: here,
  base: '/',
  logLevel: 'warn',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: 'dist',
    copyPublicDir: false,
    emptyOutDir: true,
    manifest: 'manifest.json',
    target: ['chrome120', 'firefox121', 'safari17'],
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    rolldownOptions: {
      input: { mail: join(here, 'mail.html'), 'sign-in': join(here, 'sign-in.html'), 'push-worker': join(here, 'push-worker', 'push-worker.ts') },
      // A browser knows the worker by its address, and asks for it again by itself.
      output: {
        entryFileNames: ({ name }) => (name === 'push-worker' ? '[name].js' : 'assets/[name]-[hash].js'),
        // What both pages and most parts of the mail begin with is one file instead of ten.
        codeSplitting: { groups: [{ name: 'kit', test: /web\/(?:kit|brand|session|sign-in)\/|node_modules\/@?preact/, minShareCount: 2 }] },
      },
    },
  },
  plugins: [keepBudgets(join(here, 'dist'))],
})
