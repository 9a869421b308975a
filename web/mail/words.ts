import { dictionary } from '../kit/language.ts'

const ja = { mail: 'メール', settings: '設定' }

const en: typeof ja = { mail: 'Mail', settings: 'Settings' }

export const words = dictionary({ ja, en })
