using System.Net;
using System.Net.Sockets;
using Tapedeck.Policy;
using Tapedeck.Policy.Limits;
using Tapedeck.Wasi.Filesystem;
using Tapedeck.Wasi.Filesystem.Host;
using Tapedeck.Wasi.Io;

namespace Tapedeck.Wasi.Calls;

/// <summary>What the host functions know of one call. Everything that is opened lives in it and ends with it.</summary>
public sealed class WasiState : IDisposable
{
    private const int MostLookups = 4;

    private readonly long _started;
    private readonly HostLookups _lookups = new(MostLookups);
    private readonly List<Descriptor> _preopens = [];
    private int _requests;

    /// <exception cref="IOException">A preopen cannot be opened.</exception>
    public WasiState(Gate gate, WasiOptions? options = null)
    {
        Gate = gate;
        Options = options ?? new WasiOptions();
        Limits = gate.Current.Limits;
        Log = new CallLog(Limits.Log);
        OpenGrants = new OpenGrants(gate);
        Resolver = new Resolver(Options.Resolution);
        Stdin = Options.Stdin.IsEmpty ? new EmptyInput() : new BytesInput(Options.Stdin);
        _started = Options.Time.GetTimestamp();
        try
        {
            foreach (var preopen in Options.Preopens)
            {
                _preopens.Add(Descriptor.Preopen(this, preopen));
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public Gate Gate { get; }

    public CallLog Log { get; }

    /// <summary>The limit of outbound requests, once it was reached; null before.</summary>
    public LimitExceeded? Exceeded { get; private set; }

    internal WasiOptions Options { get; }

    /// <summary>Those in force when the call began.</summary>
    public CallLimits Limits { get; }

    internal OpenGrants OpenGrants { get; }

    internal CallNames Names { get; } = new();

    internal HeldBytes Held { get; } = new();

    internal Resolver Resolver { get; }

    internal InputStream Stdin { get; }

    internal IReadOnlyList<Descriptor> Preopens => _preopens;

    internal TimeProvider Time => Options.Time;

    /// <summary>Time since the call began, by the monotonic clock.</summary>
    internal TimeSpan Elapsed => Time.GetElapsedTime(_started);

    /// <summary>Takes one of the outbound requests and connections that a call may make.</summary>
    internal bool TryTakeRequest()
    {
        if (Interlocked.Increment(ref _requests) <= Limits.OutboundRequests)
        {
            return true;
        }
        Exceeded ??= new LimitExceeded(LimitName.OutboundRequests, Limits.OutboundRequests);
        return false;
    }

    /// <summary>Looks a name up, four at a time.</summary>
    /// <exception cref="SocketException">The name has no address, or all guests together have as many sockets open as they may.</exception>
    /// <exception cref="OperationCanceledException">Nobody waits for it any more. It keeps its places until it is over.</exception>
    internal Task<IPAddress[]> Resolve(string name, CancellationToken cancellationToken) =>
        _lookups.Run(() => Options.Lookups.Run(() => LookUp(name), cancellationToken), cancellationToken).WaitAsync(cancellationToken);

    /// <summary>The C library opens a file or a socket for it.</summary>
    private async Task<IPAddress[]> LookUp(string name)
    {
        if (!Options.Handles.TryTake())
        {
            throw new SocketException((int)SocketError.TooManyOpenSockets);
        }
        try
        {
            return await Options.Resolve(name);
        }
        finally
        {
            Options.Handles.Return();
        }
    }

    public void Dispose()
    {
        OpenGrants.Dispose();
        _preopens.ForEach(static preopen => preopen.Dispose());
        Stdin.Dispose();
    }
}
