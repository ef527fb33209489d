namespace Tapedeck.Server;

/// <summary>The program cannot start as it was told to. The message says what, where and what to do; it holds nothing of a file's content.</summary>
internal sealed class StartException(string message) : Exception(message)
{
    /// <summary>Of a file or folder that the command line or the operator named.</summary>
    internal static StartException Unreadable(string what, string path, Exception exception, string advice) =>
        new($"{what} {path} cannot be read ({Reason(exception)}); {advice}");

    /// <summary>Why, in words that have no path: messages of exceptions differ by platform, and some hold content.</summary>
    internal static string Reason(Exception exception) => exception switch
    {
        FileNotFoundException => "it does not exist",
        DirectoryNotFoundException => "its folder does not exist",
        UnauthorizedAccessException => "access is denied, or it is a folder",
        IOException => "reading or writing failed",
        _ => "its content is not what it has to be",
    };
}
