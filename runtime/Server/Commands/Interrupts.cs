using System.Runtime.InteropServices;

namespace Tapedeck.Server.Commands;

/// <summary>
/// The signals to stop: SIGTERM, Ctrl+C, and the terminal that is closed. The first one asks for an end, which calls that run may put off, so that a command itself says when it is over. A second
/// Ctrl+C does not ask.
/// </summary>
internal sealed class Interrupts : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly PosixSignalRegistration[] _registrations;
    private int _count;

    internal Interrupts() => _registrations =
    [
        PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop),
        // Ignored as before by what nohup started.
        PosixSignalRegistration.Create(PosixSignal.SIGHUP, Stop),
        PosixSignalRegistration.Create(PosixSignal.SIGINT, context =>
        {
            if (Interlocked.Increment(ref _count) > 1)
            {
                Environment.Exit(ExitCodes.Interrupted);
            }
            Stop(context);
        }),
    ];

    internal CancellationToken Token => _stop.Token;

    public void Dispose()
    {
        foreach (var registration in _registrations)
        {
            registration.Dispose();
        }
        _stop.Dispose();
    }

    private void Stop(PosixSignalContext context)
    {
        context.Cancel = true;
        _stop.Cancel();
    }
}
