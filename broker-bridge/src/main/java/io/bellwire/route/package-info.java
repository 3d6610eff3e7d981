/**
 * Routes: which events also land in which feeds, and how a change rings: on which topic, with how much in the message,
 * how soon after the one before. They come from a file that ROUTES.md describes, and can be read anew while the server
 * runs. Without a file every change rings with a plain signal on its device's own topic.
 */
@NullMarked
package io.bellwire.route;

import org.jspecify.annotations.NullMarked;
