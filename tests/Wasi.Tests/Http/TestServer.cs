using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Tapedeck.Wasi.Tests.Http;

/// <summary>A server on loopback that answers each connection's one request by a script, and keeps what it was asked.</summary>
internal sealed class TestServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Func<string, Stream, Task> _answer;
    private readonly CancellationTokenSource _ended = new();

    private readonly X509Certificate2? _certificate;

    /// <param name="answer">Gets the request, head and body, and answers it.</param>
    /// <param name="certificate">For TLS; null for none.</param>
    internal TestServer(Func<string, Stream, Task> answer, X509Certificate2? certificate = null)
    {
        _answer = answer;
        _certificate = certificate;
        _listener.Start();
        _ = Serve();
    }

    /// <summary>Answers everything alike.</summary>
    internal TestServer(string response, X509Certificate2? certificate = null)
        : this((_, stream) => stream.WriteAsync(Encoding.Latin1.GetBytes(response)).AsTask(), certificate)
    {
    }

    internal ConcurrentQueue<string> Requests { get; } = [];

    internal IPEndPoint Endpoint => (IPEndPoint)_listener.LocalEndpoint;

    internal static string Ok(string body) => $"HTTP/1.1 200 OK\r\nContent-Length: {body.Length}\r\nContent-Type: text/plain\r\n\r\n{body}";

    public void Dispose()
    {
        _ended.Cancel();
        _listener.Dispose();
    }

    private async Task Serve()
    {
        try
        {
            while (true)
            {
                _ = Answer(await _listener.AcceptTcpClientAsync(_ended.Token));
            }
        }
        catch (OperationCanceledException)
        {
            // Disposed.
        }
    }

    private async Task Answer(TcpClient client)
    {
        using (client)
        {
            try
            {
                Stream stream = client.GetStream();
                if (_certificate is not null)
                {
                    var tls = new SslStream(stream);
                    await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificateContext = SslStreamCertificateContext.Create(_certificate, null, offline: true) });
                    stream = tls;
                }
                var request = await ReadRequest(stream);
                if (request.Length == 0)
                {
                    return;
                }
                Requests.Enqueue(request);
                await _answer(request, stream);
            }
            catch (Exception e) when (e is IOException or OperationCanceledException or SocketException or AuthenticationException)
            {
                // The client went away, as some tests have it do.
            }
        }
    }

    private async Task<string> ReadRequest(Stream stream)
    {
        var text = new StringBuilder();
        var buffer = new byte[4096];
        while (!IsWhole(text.ToString()))
        {
            var read = await stream.ReadAsync(buffer, _ended.Token);
            if (read == 0)
            {
                break;
            }
            text.Append(Encoding.Latin1.GetString(buffer, 0, read));
        }
        return text.ToString();
    }

    private static bool IsWhole(string text)
    {
        var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        if (end < 0)
        {
            return false;
        }
        var head = text[..end];
        if (head.Contains("Transfer-Encoding: chunked", StringComparison.OrdinalIgnoreCase))
        {
            return text.EndsWith("0\r\n\r\n", StringComparison.Ordinal);
        }
        var length = head.Split("\r\n").FirstOrDefault(static line => line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase));
        return length is null || text.Length - end - 4 >= int.Parse(length.Split(':')[1]);
    }
}
