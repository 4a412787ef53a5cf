/** Names of the buckets that belong to an application. */

/** Where tools put files before they create a version of them. */
export function codeBucket(application: string): string {
  return `staging.${defaultBucket(application)}`;
}

export function defaultBucket(application: string): string {
  return `${bucketLabel(application)}.appspot.com`;
}

/** `s~shop` -> `shop`; `example.com:shop` -> `shop.example.com.a`, as Google names them. */
function bucketLabel(application: string): string {
  const id = application.slice(application.indexOf('~') + 1);
  const [domain = '', name] = id.split(':');
  return name === undefined ? id : `${name}.${domain}.a`;
}
