/** Feeds as their readers see them: pages, resets, and the positions of each reader. */
@NullMarked
package io.bellwire.feed;

import org.jspecify.annotations.NullMarked;
