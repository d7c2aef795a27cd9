import { IconPhoto } from "@tabler/icons-react";
import { useState } from "react";
import classes from "./picture.module.css";

/** The console asks no other host for anything, so only pictures that Orrery serves itself are shown. */
function isOwn(url: string): boolean {
  return new URL(url, location.origin).origin === location.origin;
}

/** A product picture that always takes its place: what is missing or fails to load is a quiet frame. */
export function Picture({ url, size = 32 }: { url: string | null | undefined; size?: number }) {
  const [failed, setFailed] = useState(false);
  return (
    <span className={classes.frame} style={{ width: size, height: size }}>
      {url && !failed && isOwn(url) ? (
        <img
          src={url}
          alt=""
          width={size}
          height={size}
          loading="lazy"
          decoding="async"
          onError={() => setFailed(true)}
        />
      ) : (
        <IconPhoto size={size * 0.5} stroke={1.5} aria-hidden="true" />
      )}
    </span>
  );
}
