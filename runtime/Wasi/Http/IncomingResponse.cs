using System.Net.Http.Headers;
using System.Text;

namespace Tapedeck.Wasi.Http;

/// <summary>What <c>incoming-response</c> stands for.</summary>
internal sealed class IncomingResponse(HttpResponseMessage message, Stream content, RequestOptions timeouts, HttpExchange exchange) : IDisposable
{
    private IncomingBody? _body;
    private bool _isTaken;

    internal ushort Status => (ushort)message.StatusCode;

    internal Fields Headers { get; } = Read(message.Headers.NonValidated, message.Content.Headers.NonValidated);

    /// <summary>Gives the body, once.</summary>
    internal IncomingBody? TakeBody()
    {
        if (_isTaken)
        {
            return null;
        }
        _isTaken = true;
        return _body = new IncomingBody(message, content, timeouts, exchange);
    }

    public void Dispose()
    {
        // Without its body the response is of no use to anybody.
        if (_body is null)
        {
            exchange.Dispose();
        }
    }

    internal static Fields Read(params HttpHeadersNonValidated[] sections)
    {
        var fields = new Fields(isMutable: false, held: null);
        foreach (var (name, values) in sections.SelectMany(static section => section))
        {
            foreach (var value in values)
            {
                if (!FieldRules.IsForbidden(name))
                {
                    fields.Receive(name, Encoding.Latin1.GetBytes(value));
                }
            }
        }
        return fields;
    }
}
