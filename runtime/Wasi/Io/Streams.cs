using Tapedeck.Components;
using Tapedeck.Components.Types;
using Tapedeck.Components.Values;
using Tapedeck.Wasi.Binding;
using Tapedeck.Wasm;

namespace Tapedeck.Wasi.Io;

/// <summary><see href="https://github.com/WebAssembly/wasi-io/blob/main/wit/streams.wit"><c>wasi:io/streams</c></see>.</summary>
internal static class Streams
{
    /// <summary>The most bytes of one blocking write, as WIT has it.</summary>
    private const int MostBlockingBytes = 4096;

    internal static readonly HostResource InputStream = Resources.Owned("input-stream");
    internal static readonly HostResource OutputStream = Resources.Owned("output-stream");

    private static readonly WitScope Types = new WitScope()
        .Resource("error", Error.Resource)
        .Resource("pollable", Poll.Pollable)
        .Resource("input-stream", InputStream)
        .Resource("output-stream", OutputStream)
        .Define("variant stream-error { last-operation-failed(error), closed }");

    private static readonly VariantType StreamError = (VariantType)Types["stream-error"];

    internal static WasiInterface Make() => new WasiInterface("wasi:io/streams@0.2.12", Types, InputStream, OutputStream)
        .Result<InputStream, ulong>("[method]input-stream.read", "func(len: u64) -> result<list<u8>, stream-error>", static (_, stream, len) => Bytes(stream.Read(Size(len))))
        .Blocking<InputStream, ulong>("[method]input-stream.blocking-read", "func(len: u64) -> result<list<u8>, stream-error>", static async (call, stream, len) =>
            Bytes(await ReadSome(call, stream, Size(len))))
        .Result<InputStream, ulong>("[method]input-stream.skip", "func(len: u64) -> result<u64, stream-error>", static (_, stream, len) => Count(stream.Read(Size(len))))
        .Blocking<InputStream, ulong>("[method]input-stream.blocking-skip", "func(len: u64) -> result<u64, stream-error>", static async (call, stream, len) =>
            Count(await ReadSome(call, stream, Size(len))))
        .Func<InputStream, Pollable>("[method]input-stream.subscribe", "func() -> pollable", static (_, stream) => Pollable.Of(stream))
        .Result<OutputStream>("[method]output-stream.check-write", "func() -> result<u64, stream-error>", static (_, stream) =>
            stream.Check(out var permit) is { IsOk: false } status ? Failure(status) : Answer.Ok(WitValue.U64((ulong)permit)))
        .Result<OutputStream, ReadOnlyMemory<byte>>("[method]output-stream.write", "func(contents: list<u8>) -> result<_, stream-error>", static (_, stream, contents) =>
            Write(stream, contents))
        .Blocking<OutputStream, ReadOnlyMemory<byte>>("[method]output-stream.blocking-write-and-flush", "func(contents: list<u8>) -> result<_, stream-error>", static async (call, stream, contents) =>
            Outcome(await WriteAll(call, stream, contents)))
        .Result<OutputStream>("[method]output-stream.flush", "func() -> result<_, stream-error>", static (_, stream) => Outcome(stream.Flush()))
        .Blocking<OutputStream>("[method]output-stream.blocking-flush", "func() -> result<_, stream-error>", static async (call, stream) => Outcome(await FlushAll(call, stream)))
        .Func<OutputStream, Pollable>("[method]output-stream.subscribe", "func() -> pollable", static (_, stream) => Pollable.Of(stream))
        .Result<OutputStream, ulong>("[method]output-stream.write-zeroes", "func(len: u64) -> result<_, stream-error>", static (_, stream, len) =>
            Write(stream, Permitted(stream, len)))
        .Blocking<OutputStream, ulong>("[method]output-stream.blocking-write-zeroes-and-flush", "func(len: u64) -> result<_, stream-error>", static async (call, stream, len) =>
            Outcome(await WriteAll(call, stream, len <= MostBlockingBytes ? new byte[len] : throw TooMany())))
        .Result<OutputStream, InputStream, ulong>("[method]output-stream.splice", "func(src: borrow<input-stream>, len: u64) -> result<u64, stream-error>", static (_, stream, source, len) =>
            Splice(stream, source, len))
        .Blocking<OutputStream, InputStream, ulong>("[method]output-stream.blocking-splice", "func(src: borrow<input-stream>, len: u64) -> result<u64, stream-error>", BlockingSplice);

    /// <summary>The error of a stream as the guest sees it.</summary>
    internal static Answer Failure(StreamStatus status) => Answer.Error(status.Error is { } error
        ? WitValue.Case(StreamError, 0, WitValue.Handle(Error.Resource.Own, error))
        : WitValue.Case(StreamError, 1));

    private static int Size(ulong len) => (int)Math.Min(len, Io.InputStream.MostBytes);

    private static Answer Bytes(StreamRead read) => read.Status.IsOk ? Answer.Ok(WitValue.Bytes(read.Bytes)) : Failure(read.Status);

    private static Answer Count(StreamRead read) => read.Status.IsOk ? Answer.Ok(WitValue.U64((ulong)read.Bytes.Length)) : Failure(read.Status);

    private static Answer Outcome(StreamStatus status) => status.IsOk ? Answer.Ok() : Failure(status);

    private static async ValueTask<StreamRead> ReadSome(Call call, InputStream stream, int most)
    {
        while (true)
        {
            var read = stream.Read(most);
            if (most == 0 || !read.Status.IsOk || !read.Bytes.IsEmpty)
            {
                return read;
            }
            await stream.WhenReady(call.Cancellation);
        }
    }

    private static Answer Write(OutputStream stream, ReadOnlyMemory<byte> contents)
    {
        if (contents.Length > stream.Permit)
        {
            throw new TrapException("a write of more bytes than check-write permitted");
        }
        return Outcome(stream.Write(contents));
    }

    private static byte[] Permitted(OutputStream stream, ulong len) =>
        len <= (ulong)stream.Permit ? new byte[len] : throw new TrapException("a write of more zeroes than check-write permitted");

    private static async ValueTask<StreamStatus> WriteAll(Call call, OutputStream stream, ReadOnlyMemory<byte> contents)
    {
        if (contents.Length > MostBlockingBytes)
        {
            throw TooMany();
        }
        while (!contents.IsEmpty)
        {
            if (stream.Check(out var permit) is { IsOk: false } closed)
            {
                return closed;
            }
            if (permit == 0)
            {
                await stream.WhenReady(call.Cancellation);
                continue;
            }
            var piece = contents[..Math.Min(permit, contents.Length)];
            if (stream.Write(piece) is { IsOk: false } failed)
            {
                return failed;
            }
            contents = contents[piece.Length..];
        }
        return await FlushAll(call, stream);
    }

    private static TrapException TooMany() => new($"a blocking write of more than {MostBlockingBytes} bytes");

    private static async ValueTask<StreamStatus> FlushAll(Call call, OutputStream stream)
    {
        var status = stream.Flush();
        while (status.IsOk && !stream.IsReady)
        {
            await stream.WhenReady(call.Cancellation);
        }
        // What failed on the way is told now.
        return status.IsOk ? stream.Flush() : status;
    }

    private static Answer Splice(OutputStream stream, InputStream source, ulong len)
    {
        if (stream.Check(out var permit) is { IsOk: false } closed)
        {
            return Failure(closed);
        }
        var read = source.Read((int)Math.Min((ulong)permit, len));
        if (!read.Status.IsOk)
        {
            return Failure(read.Status);
        }
        return !read.Bytes.IsEmpty && stream.Write(read.Bytes) is { IsOk: false } failed ? Failure(failed) : Count(read);
    }

    private static async ValueTask<Answer> BlockingSplice(Call call, OutputStream stream, InputStream source, ulong len)
    {
        while (!stream.IsReady)
        {
            await stream.WhenReady(call.Cancellation);
        }
        while (!source.IsReady)
        {
            await source.WhenReady(call.Cancellation);
        }
        return Splice(stream, source, len);
    }
}
