import { dictionary } from '../kit/language.ts'

const ja = { mail: 'メール' }

const en: typeof ja = { mail: 'Mail' }

export const words = dictionary({ ja, en })
