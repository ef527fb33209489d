using System.Runtime.InteropServices;

namespace Tapedeck.Wasm.Execution;

/// <summary>A thread that runs guest code: its stack has a size that we chose, so it is known how deep guest code may go.</summary>
internal sealed unsafe class CallThread : IDisposable
{
    /// <summary>
    /// Stack below the limit: what functions that call nothing, host functions and exception handling live off. A guest reaches the host with at least
    /// 256 KiB of it left, since the frames that are not checked hold at most 64 KiB of locals.
    /// </summary>
    private const int Margin = 768 << 10;

    [ThreadStatic]
    private static CallThread? _current;

    private readonly Action<CallThread> _work;
    private readonly int _stackBytes;
    private readonly ThreadSemaphore _parking = new();

    internal CallThread(int stackBytes, int number, Action<CallThread> work)
    {
        _work = work;
        _stackBytes = stackBytes;
        // Here, where it can fail: an exception on the new thread would end the process.
        SideStack = (nint)NativeMemory.Alloc((nuint)stackBytes);
        try
        {
            Start(number);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    private void Start(int number) =>
        new Thread(Run, _stackBytes + Margin) { IsBackground = true, Name = $"guest {number}" }.Start();

    /// <summary>The call thread that this code runs on, if it does.</summary>
    internal static CallThread? Current => _current;

    /// <summary>The lowest stack address that guest code may use.</summary>
    internal nint StackLimit { get; private set; }

    internal nint SideStack { get; }

    /// <summary>The block of the store whose guest code was entered last on this thread and has not been left; 0 if there is none.</summary>
    internal nint Active { get; set; }

    internal nint SideStackEnd => SideStack + _stackBytes;

    /// <summary>Waits for one <see cref="Unpark"/>, on this thread.</summary>
    internal void Park() => _parking.Wait();

    /// <summary>Lets the thread go on that parks, or will.</summary>
    internal void Unpark() => _parking.Release();

    private void Run()
    {
        byte here;
        StackLimit = (nint)(&here) - _stackBytes;
        _current = this;
        try
        {
            _work(this);
        }
        finally
        {
            Dispose();
        }
    }

    /// <summary>Frees what the thread had. It does so itself at its end.</summary>
    public void Dispose()
    {
        NativeMemory.Free((void*)SideStack);
        _parking.Dispose();
    }
}
