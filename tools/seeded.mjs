/** Loaded before tests with properties: which cases fast-check tries follows from `BULKHEAD_SEED`. */
import fc from 'fast-check'

fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(process.env.BULKHEAD_SEED) })
