using System.Net.Sockets;
using Tapedeck.Components.Values;
using Tapedeck.Wasi.Binding;

namespace Tapedeck.Wasi.Sockets;

/// <summary>How many routers a packet may pass.</summary>
internal static class HopLimit
{
    internal static Answer Get(Socket socket)
    {
        short value = 0;
        var code = SocketFailures.Try(() => value = socket.Ttl);
        return code == SocketErrorCode.None ? Answer.Ok(WitValue.U8((byte)value)) : Answer.Error((int)code);
    }

    internal static Answer Set(Socket socket, byte value) =>
        value == 0 ? Answer.Error((int)SocketErrorCode.InvalidArgument) : SocketFailures.Answer(SocketFailures.Try(() => socket.Ttl = value));
}
