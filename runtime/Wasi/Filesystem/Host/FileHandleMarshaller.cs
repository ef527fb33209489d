using System.Runtime.InteropServices.Marshalling;

namespace Tapedeck.Wasi.Filesystem.Host;

/// <summary>
/// How the C library gets a handle. A change of policy closes handles on any thread, also between a guest's function and the kernel: one that is closed is -1, of which the
/// kernel says EBADF as of any other, where the marshaller of .NET would throw through the guest.
/// </summary>
[CustomMarshaller(typeof(FileHandle), MarshalMode.ManagedToUnmanagedIn, typeof(In))]
internal static class FileHandleMarshaller
{
    /// <summary>Keeps the file open for as long as the call lasts.</summary>
    internal ref struct In
    {
        private FileHandle _handle;
        private bool _isHeld;

        public void FromManaged(FileHandle handle)
        {
            _handle = handle;
            try
            {
                handle.DangerousAddRef(ref _isHeld);
            }
            catch (ObjectDisposedException)
            {
                _isHeld = false;
            }
        }

        public readonly nint ToUnmanaged() => _isHeld ? _handle.DangerousGetHandle() : -1;

        public readonly void Free()
        {
            if (_isHeld)
            {
                _handle.DangerousRelease();
            }
        }
    }
}
