"""A Modbus server by pymodbus 3.0 for the interoperation tests: `tcp PORT` or `serial PATH`. Register n holds 7 n + 3."""
import sys
from pymodbus.datastore import ModbusSequentialDataBlock, ModbusServerContext, ModbusSlaveContext
from pymodbus.server import StartSerialServer, StartTcpServer
from pymodbus.transaction import ModbusRtuFramer

words = [(7 * address + 3) & 0xFFFF for address in range(1000)]


def device():
    return ModbusSlaveContext(hr=ModbusSequentialDataBlock(0, list(words)), ir=ModbusSequentialDataBlock(0, list(words)), zero_mode=True)


context = ModbusServerContext(slaves={1: device(), 5: device()}, single=False)
if sys.argv[1] == "tcp":
    StartTcpServer(context=context, address=("127.0.0.1", int(sys.argv[2])))
else:
    StartSerialServer(context=context, framer=ModbusRtuFramer, port=sys.argv[2], baudrate=9600, timeout=0.01)
