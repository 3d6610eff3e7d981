/**
 * Groups of devices: who is in them, and how one event reaches all of their members, at once or in the background.
 */
@NullMarked
package io.bellwire.group;

import org.jspecify.annotations.NullMarked;
