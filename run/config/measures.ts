/** Units of measures in the configuration file. */
export const sizes = { '': 1, KB: 1e3, KiB: 1024, MB: 1e6, MiB: 1024 ** 2, GB: 1e9, GiB: 1024 ** 3 }
export const times = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }
