using System.Runtime.InteropServices;
using Tapedeck.Wasm.Execution.Memories;

namespace Tapedeck.Wasm.Execution;

/// <summary>
/// A semaphore that begins at zero. On Linux it is the C library's: one system call to wait and one to wake, where the runtime's own wait takes a mutex and a
/// condition, whose waiter and waker stand in each other's way.
/// </summary>
internal sealed unsafe class ThreadSemaphore : SafeHandle
{
    // What sem_t has in both C libraries of 64-bit Linux.
    private const int Bytes = 32;
    private const int Interrupted = 4;

    private readonly SemaphoreSlim? _portable;

    internal ThreadSemaphore()
        : base(0, ownsHandle: true)
    {
        if (!OperatingSystem.IsLinux())
        {
            _portable = new SemaphoreSlim(0);
            return;
        }
        SetHandle((nint)NativeMemory.AllocZeroed(Bytes));
        if (Libc.InitializeSemaphore(handle, 0, 0) != 0)
        {
            throw new InvalidOperationException($"sem_init failed with {Marshal.GetLastPInvokeError()}");
        }
    }

    public override bool IsInvalid => handle == 0;

    internal void Wait()
    {
        if (_portable is not null)
        {
            _portable.Wait();
            return;
        }
        while (Libc.WaitSemaphore(this) != 0)
        {
            // A signal came in between, as the runtime sends them to stop threads.
            var error = Marshal.GetLastPInvokeError();
            if (error != Interrupted)
            {
                throw new InvalidOperationException($"sem_wait failed with {error}");
            }
        }
    }

    internal void Release()
    {
        if (_portable is not null)
        {
            _portable.Release();
        }
        else if (Libc.PostSemaphore(this) != 0)
        {
            throw new InvalidOperationException($"sem_post failed with {Marshal.GetLastPInvokeError()}");
        }
    }

    protected override bool ReleaseHandle()
    {
        _ = Libc.DestroySemaphore(handle);
        NativeMemory.Free((void*)handle);
        return true;
    }
}
