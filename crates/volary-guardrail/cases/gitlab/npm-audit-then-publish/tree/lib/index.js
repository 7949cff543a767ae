import { isWithinInterval } from 'date-fns';

export const within = (date, range) => isWithinInterval(date, range);
