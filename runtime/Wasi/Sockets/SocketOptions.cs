using System.Net.Sockets;
using Tapedeck.Components.Values;
using Tapedeck.Wasi.Binding;

namespace Tapedeck.Wasi.Sockets;

/// <summary>Options of sockets, read and set as WIT has them: what is 0 is refused, what is too large is cut.</summary>
internal static class SocketOptions
{
    private const ulong NanosecondsPerSecond = 1_000_000_000;

    internal static Answer Get(Socket socket, SocketOptionLevel level, SocketOptionName name, Func<int, WitValue> value)
    {
        var number = 0;
        var code = SocketFailures.Try(() => number = (int)socket.GetSocketOption(level, name)!);
        return code == SocketErrorCode.None ? Answer.Ok(value(number)) : Answer.Error((int)code);
    }

    internal static Answer Set(Socket socket, SocketOptionLevel level, SocketOptionName name, ulong value, int most = int.MaxValue) => value == 0
        ? Answer.Error((int)SocketErrorCode.InvalidArgument)
        : SocketFailures.Answer(SocketFailures.Try(() => socket.SetSocketOption(level, name, (int)Math.Min(value, (ulong)most))));

    /// <summary>Seconds, as the kernel has them, from nanoseconds: at least one.</summary>
    internal static ulong Seconds(ulong nanoseconds) => nanoseconds == 0 ? 0 : Math.Max(nanoseconds / NanosecondsPerSecond, 1);

    internal static WitValue Duration(int seconds) => WitValue.U64((ulong)seconds * NanosecondsPerSecond);

    /// <summary>The address that a socket has; invalid-state where it has none.</summary>
    internal static Answer Address(Func<System.Net.EndPoint?> address)
    {
        System.Net.EndPoint? endpoint = null;
        var code = SocketFailures.Try(() => endpoint = address());
        return code == SocketErrorCode.None && endpoint is System.Net.IPEndPoint ip ? Answer.Ok(SocketAddresses.Of(ip)) : Answer.Error((int)SocketErrorCode.InvalidState);
    }
}
