import { icon } from '../kit/icon.tsx'

export const IconEye = icon('M2 10s3-5.5 8-5.5S18 10 18 10s-3 5.5-8 5.5S2 10 2 10z', 'M10 7.6a2.4 2.4 0 1 1 0 4.8 2.4 2.4 0 0 1 0-4.8z')
export const IconEyeOff = icon('M3.5 3.5l13 13', 'M8.2 4.7Q9 4.5 10 4.5c5 0 8 5.5 8 5.5s-.8 1.5-2.4 2.9', 'M5.2 6.2C3.1 7.8 2 10 2 10s3 5.5 8 5.5q2.1 0 3.9-1')
