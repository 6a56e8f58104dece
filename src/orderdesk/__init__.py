"""The order desk: take, check, promise and follow sales orders."""
