using System.Net;
using System.Net.Sockets;
using Tapedeck.Wasi.Calls;

namespace Tapedeck.Bench.Workers;

/// <summary>How fast a component fetches a page, from a server in the same process.</summary>
internal static class FetchWorker
{
    private const int Bytes = 16_000_000;
    private const int Repetitions = 10;

    internal static void Run()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        _ = Serve(listener);
        var gate = BenchPolicy.Gate("network: {allow: [{host: api.example.com, schemes: [http]}]}");
        var server = (IPEndPoint)listener.LocalEndpoint;
        var options = new WasiOptions
        {
            Resolve = static _ => Task.FromResult<IPAddress[]>([IPAddress.Parse("93.184.215.14")]),
            Connect = (socket, _, token) => socket.ConnectAsync(server, token),
        };
        using var calls = new WasiCalls();
        WarmUp.Briefly(Fetch);
        Worker.Report("rate", Bytes / CpuTime.Best(Repetitions, Fetch));

        void Fetch()
        {
            if (calls.Ask(gate, options, "drain-page", "api.example.com", "/page") != Bytes)
            {
                throw new InvalidDataException("the page came back shorter");
            }
        }
    }

    // Ends with the process.
    private static async Task Serve(TcpListener listener)
    {
        byte[] answer = [.. System.Text.Encoding.Latin1.GetBytes($"HTTP/1.1 200 OK\r\nContent-Length: {Bytes}\r\nConnection: close\r\n\r\n"), .. Enumerable.Repeat((byte)'x', Bytes)];
        var request = new byte[8192];
        while (true)
        {
            using var client = await listener.AcceptSocketAsync();
            // A request without a body comes in one piece over loopback.
            await client.ReceiveAsync(request);
            await client.SendAsync(answer);
            client.Shutdown(SocketShutdown.Send);
        }
    }
}
