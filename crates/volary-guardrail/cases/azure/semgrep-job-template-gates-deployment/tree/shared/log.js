export const log = (message) => console.log(JSON.stringify({ at: new Date(), message }));
