using System.Buffers;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using Tapedeck.Oci.Images;
using Tapedeck.Oci.Network;

namespace Tapedeck.Oci.Registries;

/// <summary>
/// One blob from one host. A body that breaks off is gone on with by a range; one that a server begins anew is begun anew here. Whatever the
/// way, size and digest decide at the end. <see href="https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pulling-blobs"/>
/// </summary>
internal sealed class BlobDownload(RegistryConnection connection, Descriptor descriptor, Stream destination) : IDisposable
{
    private readonly IncrementalHash _hash = descriptor.Digest.StartHash();
    private readonly string _where = $"{connection.Place.Name}@{descriptor.Digest}";
    private long _received;

    /// <returns>What went wrong, or null where <c>destination</c> holds the blob.</returns>
    internal async Task<OciError?> Run(CancellationToken cancellationToken)
    {
        StartAnew();
        long farthest = 0;
        for (var breaks = 0; ;)
        {
            var answer = await connection.Send(HttpMethod.Get, $"/blobs/{descriptor.Digest}", "such a blob", AddRange,
                [HttpStatusCode.RequestedRangeNotSatisfiable], cancellationToken);
            if (!answer.IsOk)
            {
                // What may pass was waited for already, as the answer asked for it.
                return answer.Error;
            }
            var error = await Receive(answer.Value, cancellationToken);
            if (error is null)
            {
                return descriptor.Digest.Matches(_hash) ? null : CheckedCopy.Mismatch(descriptor, _where);
            }
            // Only tries that got no farther than those before count, so that their number has an end.
            var isFarther = _received > farthest;
            breaks = isFarther ? 1 : breaks + 1;
            farthest = Math.Max(farthest, _received);
            if (error is not RetryableError || (!isFarther && breaks >= connection.Place.MostTries(connection.Options)))
            {
                return error;
            }
            await Task.Delay(Transport.Backoff(breaks), connection.Options.Time, cancellationToken);
        }
    }

    private async Task<OciError?> Receive(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        using var response = answer;
        if (!GoesOn(response))
        {
            StartAnew();
            if (response.StatusCode != HttpStatusCode.OK)
            {
                return Broken("does not give the rest of the blob");
            }
        }
        return await ReadBody(response, cancellationToken);
    }

    private async Task<OciError?> ReadBody(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.Content.Headers.ContentLength > descriptor.Size - _received)
        {
            return CheckedCopy.TooLong(descriptor, _where);
        }
        var buffer = ArrayPool<byte>.Shared.Rent(CheckedCopy.BufferBytes);
        try
        {
            using var body = await ResponseBody.Open(response, connection.Options, cancellationToken);
            while (await body.Read(buffer, cancellationToken) is var read and > 0)
            {
                if (_received + read > descriptor.Size)
                {
                    return CheckedCopy.TooLong(descriptor, _where);
                }
                _hash.AppendData(buffer, 0, read);
                await Write(buffer.AsMemory(0, read), cancellationToken);
                _received += read;
            }
            return _received == descriptor.Size ? null : Broken($"ends the blob after {_received} of {descriptor.Size} bytes");
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return Broken($"breaks off after {_received} of {descriptor.Size} bytes");
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <exception cref="StorageException">The disk, not the network.</exception>
    private async Task Write(ReadOnlyMemory<byte> piece, CancellationToken cancellationToken)
    {
        try
        {
            await destination.WriteAsync(piece, cancellationToken);
        }
        catch (IOException e)
        {
            throw new StorageException(e);
        }
    }

    private void AddRange(HttpRequestHeaders headers)
    {
        headers.Accept.Add(new MediaTypeWithQualityHeaderValue("*/*"));
        if (_received > 0)
        {
            headers.Range = new RangeHeaderValue(_received, null);
        }
    }

    private bool GoesOn(HttpResponseMessage response) =>
        _received == 0 && response.StatusCode != HttpStatusCode.PartialContent
        || response is { StatusCode: HttpStatusCode.PartialContent, Content.Headers.ContentRange: { Unit: "bytes", From: { } from } range }
            && from == _received && (range.Length is null || range.Length == descriptor.Size);

    private void StartAnew()
    {
        CheckedCopy.Restart(destination);
        _received = 0;
        _hash.GetHashAndReset();
    }

    private RetryableError Broken(string what) => new(OciErrorKind.Unreachable, $"{connection.Place.Origin} {what}", _where, TransportErrors.TryLater);

    public void Dispose() => _hash.Dispose();
}
