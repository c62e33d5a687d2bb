/** A secret that some rows send, in plain text or sealed; nothing that is shown or logged may hold it. */
export const SECRET = 'S3CR3T-value';
