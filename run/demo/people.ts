/** Who writes to whom in the demonstration. All domains are reserved for examples (RFC 2606). */
import type { ComposedAddress } from '@bulkhead/wire/mime/compose/header-value.ts'

const person = (name: string, email: string): ComposedAddress => ({ name, email })

export const people = {
  hanako: person('港 花子', 'hanako@minato.example'),
  taro: person('波戸 太郎', 'taro@minato.example'),
  yuki: person('Yuki Momiji', 'yuki@kaede.example'),
  ken: person('赤橋 健', 'ken@kaede.example'),
  tanaka: person('田中 美咲', 'misaki.tanaka@tsubame-travel.example'),
  sato: person('佐藤 健一', 'k-sato@yamabuki-koumuten.example'),
  suzuki: person('鈴木 一郎', 'ichiro.suzuki@shiosai-gakuen.example'),
  kobayashi: person('小林 さくら', 'sakura.k@hinata-denki.example'),
  mother: person('母', 'yoshie1952@kaede.example'),
  emma: person('Emma Lindqvist', 'emma@northlight.example'),
  daniel: person('Daniel Okafor', 'daniel.okafor@brightwater.example'),
  lucia: person('Lucía Fernández', 'lucia@casa-azul.example'),
  choir: person('みなと市民合唱団', 'chorus@minato-culture.example'),
  school: person('潮騒学園 事務局', 'jimu@shiosai-gakuen.example'),
} as const satisfies Readonly<Record<string, ComposedAddress>>

export type Person = keyof typeof people

export const senders = {
  minatoNet: person('Minato Net', 'support@minato.example'),
  bookshop: person('かもめ書店', 'news@kamome-books.example'),
  travel: person('つばめトラベル', 'mail@tsubame-travel.example'),
  weekly: person('The Harbour Weekly', 'letters@harbour-weekly.example'),
  kitchen: person('旬の台所', 'recipe@shun-kitchen.example'),
  devList: person('tidepool-dev', 'dev@lists.tidepool.example'),
  shop: person('ひなた電機オンライン', 'order@hinata-denki.example'),
  delivery: person('あおぞら宅配便', 'noreply@aozora-post.example'),
  city: person('港市役所', 'oshirase@city-minato.example'),
  bank: person('みなと信用金庫', 'info@minato-shinkin.example'),
  bait: person('みなと信用金庫 お客様センター', 'security-alert@minato-shlnkin.example'),
  prize: person('Prize Department', 'winner@best-prizes.example'),
} as const satisfies Readonly<Record<string, ComposedAddress>>
