// SPDX-License-Identifier: Apache-2.0
package dev.culebra.posix;

import dev.culebra.process.ProcessOptions;
import dev.culebra.spi.ChildProcess;
import dev.culebra.spi.DgramSocket;
import dev.culebra.spi.FileSource;
import dev.culebra.spi.ListenerSocket;
import dev.culebra.spi.PipeEnd;
import dev.culebra.spi.Pollable;
import dev.culebra.spi.Poller;
import dev.culebra.spi.StreamSocket;
import java.io.IOException;
import java.net.ProtocolFamily;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ClosedSelectorException;
import java.nio.file.Path;
import java.util.List;

/**
 * Makes the sources of a poller, and knows what each is registered for. What the native backends do
 * differently is left to them: how the kernel is told what to look out for, and how it is waited for.
 *
 * <p><b>Threading</b>: as the loop's; see {@link dev.culebra.spi.LoopThread}.
 */
public abstract class PosixPoller implements Poller {

  /** The memory for system calls, which all sources of this poller share. */
  protected final CallState calls = new CallState();

  /** What is registered. */
  protected final Registrations registrations;

  private boolean open = true;

  /**
   * Makes a poller without sources.
   *
   * @param factory makes what is remembered of each source
   */
  protected PosixPoller(Registration.Factory factory) {
    registrations = new Registrations(factory);
  }

  /**
   * Tells the kernel what to look out for. A poller may do so later, but before it waits, if nothing
   * that comes in between can make a difference.
   *
   * @param source an open source
   * @param registration its registration, whose interest is what the kernel has been told before
   * @param interest what is asked for now, which is something else
   * @throws IOException if the kernel refuses; it looks out for the same as before
   */
  protected abstract void change(PosixSource source, Registration registration, int interest)
      throws IOException;

  /**
   * Has the kernel look out for a source no longer, before this returns.
   *
   * @param source a source that is about to be closed, or was if its descriptor is another's
   * @param removed what its registration was
   * @throws IOException if the kernel says that it did not look out for it
   */
  protected abstract void forget(PosixSource source, Registration removed) throws IOException;

  /**
   * Refuses a descriptor that the kernel cannot watch.
   *
   * @param fd a descriptor that no source owns
   * @throws IllegalArgumentException if it cannot be watched
   * @throws IllegalStateException if this poller watches it
   * @throws IOException if the system refuses otherwise
   */
  protected abstract void requirePollable(int fd) throws IOException;

  /**
   * Tells whether a process is watched by its number.
   *
   * @return false if it needs a descriptor of its own for that
   */
  protected abstract boolean watchesProcesses();

  /** Gives back what the poller itself has. Called once. */
  protected abstract void release();

  @Override
  public final void register(Pollable source, int interest, Object attachment) throws IOException {
    ensureOpen();
    PosixSource own = Registrations.own(this, source);
    requireUsable(own);
    Registration added = registrations.add(own, attachment);
    if (interest != 0) {
      try {
        change(own, added, interest);
      } catch (IOException e) {
        registrations.remove(own);
        throw e;
      }
      added.setInterest(interest);
    }
  }

  @Override
  public final void modify(Pollable source, int interest) throws IOException {
    ensureOpen();
    PosixSource own = Registrations.own(this, source);
    requireUsable(own);
    Registration registration = registrations.get(own);
    if (interest != registration.interest()) {
      change(own, registration, interest);
      registration.setInterest(interest);
    }
  }

  @Override
  public final void deregister(Pollable source) {
    PosixSource own = Registrations.own(this, source);
    Registration removed = registrations.remove(own);
    if (open && removed != null) {
      try {
        forget(own, removed);
      } catch (IOException e) {
        // The kernel says that it does not watch this descriptor: somebody else has closed it.
        if (own.ownsDescriptor()) {
          throw new AssertionError("a descriptor was closed behind its owner's back", e);
        }
      }
    }
  }

  @Override
  public final StreamSocket openStream(ProtocolFamily family) throws IOException {
    ensureOpen();
    return PosixStreamSocket.open(this, calls, family);
  }

  @Override
  public final ListenerSocket openListener(ProtocolFamily family) throws IOException {
    ensureOpen();
    return PosixListenerSocket.open(this, calls, family);
  }

  @Override
  public final Pollable watchDescriptor(int fd) throws IOException {
    ensureOpen();
    PosixWatch.requireForeign(calls, fd);
    requirePollable(fd);
    return PosixWatch.of(this, calls, fd);
  }

  @Override
  public final PipeEnd openPipe(Path fifo, int direction) throws IOException {
    ensureOpen();
    PosixPipeEnd opened = PosixPipeEnd.open(this, calls, fifo, direction == READ);
    try {
      if (direction == READ) {
        requirePollable(opened.fd());
      }
      return opened;
    } catch (IOException | RuntimeException e) {
      opened.close();
      throw e;
    }
  }

  @Override
  public final PipeEnd adoptPipe(int fd, int direction) throws IOException {
    ensureOpen();
    PosixWatch.requireForeign(calls, fd);
    if (direction == READ) {
      requirePollable(fd);
    }
    return PosixPipeEnd.adopt(this, calls, fd, direction == READ);
  }

  @Override
  public final FileSource openFile(Path path) throws IOException {
    ensureOpen();
    return PosixFile.open(this, calls, path);
  }

  @Override
  public final StreamSocket adopt(StreamSocket stream) throws IOException {
    ensureOpen();
    return PosixStreamSocket.adopt(this, calls, stream);
  }

  @Override
  public final DgramSocket openDatagram(ProtocolFamily family) throws IOException {
    ensureOpen();
    return PosixDgramSocket.open(this, calls, family);
  }

  @Override
  public final ChildProcess spawn(List<String> command, ProcessOptions options) throws IOException {
    ensureOpen();
    return PosixProcess.start(this, calls, command, options);
  }

  @Override
  public final void close() {
    if (open) {
      open = false;
      release();
    }
  }

  /**
   * Refuses to work after {@link #close}.
   *
   * @throws ClosedSelectorException if this was closed
   */
  protected final void ensureOpen() {
    if (!open) {
      throw new ClosedSelectorException();
    }
  }

  private void requireUsable(PosixSource source) throws ClosedChannelException {
    int ignored = source.fd(); // throws if the source is closed
    if (isLost(source)) {
      throw new ClosedChannelException();
    }
  }

  /**
   * Tells whether a foreign descriptor was closed under its watch, and its number is one of our own
   * sockets' now. What the kernel were told of that number would be about the socket.
   *
   * @param source an open source
   * @return whether the kernel must not be told anything of it
   * @throws ClosedChannelException if it is closed
   */
  protected final boolean isLost(PosixSource source) throws ClosedChannelException {
    return !source.ownsDescriptor() && calls.owns(source.fd());
  }

  /**
   * Turns a failed call into its exception.
   *
   * @param result what a call returned, the negated errno if it failed
   * @param call its name and arguments
   * @return the result
   * @throws IOException if it failed
   */
  protected static int check(int result, String call) throws IOException {
    if (result < 0) {
      throw Errno.exception(-result, call);
    }
    return result;
  }
}
